import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.store import embeddings


@pytest.mark.slow
@given(
    item=st.text(st.characters(exclude_characters="|")), photo=st.text(), encoder=st.just("ab" * 8)
)
def test_an_id_names_its_item_and_photograph(item: str, photo: str, encoder: str):
    assert embeddings.parts_of(embeddings.embedding_id(item, photo, encoder)) == (item, photo)
