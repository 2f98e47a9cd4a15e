FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1

WORKDIR /srv/vitrine
COPY requirements-shop.txt constraints.txt ./
RUN pip install -r requirements-shop.txt

COPY . .
RUN python -m compileall -q . \
    && useradd --uid 1000 vitrine \
    && install -d -o vitrine -g vitrine var
USER vitrine

EXPOSE 8000
CMD ["gunicorn", "--bind=0.0.0.0:8000"]
