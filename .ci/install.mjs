// Installs a project's npm packages, as package-lock.json says, unless that is what was installed last: in its folder,
//   node ../.ci/install.mjs
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const stamp = 'node_modules/.installed';
const wanted = `${process.platform} ${process.arch}\n${readFileSync('package-lock.json', 'utf8')}`;
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
