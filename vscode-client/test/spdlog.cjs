// Replaces @vscode/spdlog, a native module that npm does not ship built: without it VS Code writes no log file, and
// output channels stay empty.
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

class Logger {
  #file;
  #level = 0;
  #raw = false;

  constructor(_type, _name, file) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    LEVELS.forEach((name, level) => {
      this[name] = (message) => this.#write(level, message);
    });
  }

  getLevel() {
    return this.#level;
  }

  setLevel(level) {
    this.#level = level;
  }

  setPattern() {}

  clearFormatters() {
    this.#raw = true;
  }

  flush() {}

  drop() {}

  #write(level, message) {
    if (level >= this.#level) {
      const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
      appendFileSync(this.#file, this.#raw ? message : `${time} [${LEVELS[level]}] ${message}\n`);
    }
  }
}

const create = async (...args) => new Logger('', ...args);

// One by one: VS Code imports these by name, from a module that Node only reads through.
exports.version = 0;
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
