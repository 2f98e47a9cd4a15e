// Serve a shop of Vendure on SQLite in memory, filled by its own importer from products.csv.
// Usage: node serve.js FOLDER PORT
const path = require('path');
const { createRequire } = require('module');

const [folder, port] = process.argv.slice(2);
// The packages lie where the test has them installed.
const load = createRequire(path.join(folder, 'package.json'));
const { AssetServerPlugin } = load('@vendure/asset-server-plugin');
const {
    ConfigService,
    DefaultJobQueuePlugin,
    DefaultLogger,
    JobQueueService,
    LogLevel,
    bootstrap,
} = load('@vendure/core');
const { populate } = load('@vendure/core/cli');

const ofFacet = name => [
    { code: 'facet-value-filter', args: { facetValueNames: [name], containsAny: false } },
];
const initialData = {
    defaultLanguage: 'en',
    defaultZone: 'Europe',
    countries: [{ name: 'Germany', code: 'DE', zone: 'Europe' }],
    taxRates: [{ name: 'Standard Tax', percentage: 25 }],
    shippingMethods: [],
    paymentMethods: [],
    collections: [
        { name: 'Women', filters: ofFacet('Women') },
        { name: 'Shirts', parentName: 'Women', filters: ofFacet('Shirts') },
        { name: 'Hats', filters: ofFacet('Hats') },
    ],
};

const config = {
    apiOptions: {
        port: Number(port),
        hostname: '127.0.0.1',
        adminApiPath: 'admin-api',
        shopApiPath: 'shop-api',
    },
    authOptions: {
        superadminCredentials: { identifier: 'merchant', password: 'merchant' },
        cookieOptions: { secret: 'judge' },
    },
    dbConnectionOptions: { type: 'better-sqlite3', database: ':memory:', synchronize: true, logging: false },
    defaultChannelToken: 'judge',
    paymentOptions: { paymentMethodHandlers: [] },
    importExportOptions: { importAssetsDir: path.join(folder, 'pictures') },
    logger: new DefaultLogger({ level: LogLevel.Warn }),
    plugins: [
        AssetServerPlugin.init({
            route: 'assets',
            assetUploadDir: path.join(folder, 'assets'),
            assetUrlPrefix: `http://127.0.0.1:${port}/assets/`,
        }),
        DefaultJobQueuePlugin.init({ useDatabaseForBuffer: false, pollInterval: 50 }),
    ],
};

async function serve() {
    const app = await populate(() => bootstrap(config), initialData, path.join(folder, 'products.csv'));
    await app.get(JobQueueService).start();
    // Which products a collection has is worked out by jobs.
    const { jobQueueStrategy } = app.get(ConfigService).jobQueueOptions;
    const waiting = { filter: { isSettled: { eq: false } } };
    while ((await jobQueueStrategy.findMany(waiting)).totalItems) {
        await new Promise(resolve => setTimeout(resolve, 100));
    }
    console.log('filled');
}

serve().catch(error => {
    console.error(error);
    process.exit(1);
});
