const { stripTypeScriptTypes } = require('node:module');

/** The same type stripping that Node does for the product, so that tests run the code as it ships. */
exports.process = (source) => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) });
