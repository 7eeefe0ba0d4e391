// Stands in for Azure's libraries, see jest.config.js.
module.exports = {};
