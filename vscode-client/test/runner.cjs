// What VS Code runs in its extension host: the tests of a suite one after another, whose results it leaves in a file.
const { writeFileSync } = require('node:fs');

exports.run = async () => {
  const results = [];
  for (const [claim, test] of Object.entries(require(process.env.HEADLIGHT_SUITE))) {
    const start = performance.now();
    let error;
    try {
      await test();
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.stack : String(thrown);
    }
    results.push({ claim, ms: Math.round(performance.now() - start), error });
    // At every step, so that a test that never ends leaves the others' results.
    writeFileSync(process.env.HEADLIGHT_RESULTS, JSON.stringify(results));
  }
};
