// Runs `npm run e2e` in several folders at the same time, since most of what they do is wait: for a browser, an editor,
// a server. Prints what each says, with the folder's name before it; fails if one does.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const windows = process.platform === 'win32';

const run = (folder) =>
  new Promise((resolve) => {
    const child = spawn('npm', ['run', 'e2e'], {
      cwd: path.join(root, folder),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows,
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => console.log(`[${folder}] ${line}`));
    }
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });

const folders = process.argv.slice(2);
const passed = await Promise.all(folders.map(run));
const failed = folders.filter((_, i) => !passed[i]);
if (failed.length > 0) {
  console.error(`The tests in ${failed.join(' and ')} failed: see the lines that begin with [${failed[0]}].`);
  process.exit(1);
}
