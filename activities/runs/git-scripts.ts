import { INSIDE, PROJECT } from './run-containers.ts';

/*
 * What git does for a run, in containers of its own without any secret. Repository content is hostile (CO-4): nothing of
 * it is executed, because no hook, template, filter, submodule or configuration of it is honoured.
 */

const MIRROR = `${INSIDE.mirror}/repository.git`;
const QUIET_GIT = `
set -eu
export HOME=/tmp GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
`;

/** Until the container's keeper has opened its door, nothing is forwarded. */
const WAIT_FOR_KEEPER = 'until [ -S /run/panager/keeper.sock ]; do sleep 0.05; done';

/**
 * Clones from the run's own socket, then checks out from the clone: the command gets a repository that nobody has worked
 * in. Prints commit and branch; both are empty in an empty repository.
 */
export const cloneScript = (remote: string): string[] => [
  '/bin/sh',
  '-c',
  `${QUIET_GIT}
${WAIT_FOR_KEEPER}
rm -rf ${MIRROR} ${PROJECT}
git -c protocol.allow=never -c protocol.http.allow=always clone --quiet --bare --template= "$1" ${MIRROR}
git -c protocol.allow=never -c protocol.file.allow=always clone --quiet --no-hardlinks --template= --no-recurse-submodules ${MIRROR} ${PROJECT}
git -C ${PROJECT} remote set-url origin "$1"
git -C ${MIRROR} rev-parse --verify --quiet HEAD || echo
git -C ${MIRROR} symbolic-ref --quiet --short HEAD || echo
`,
  'clone',
  remote,
];

/** What is not compared: reading it would execute something of it, or would not end. */
const NOT_COMPARED = 43;
/** Written in no time, as a sparse file; read for hours. */
const MAX_FILE_KIB = 256 * 1024;

const COMPARE = `${QUIET_GIT}
export GIT_DIR=/tmp/compare.git GIT_INDEX_FILE=/tmp/compare.index
`;

/** Writes the checkout down as a tree, compares it with the commit that it began as, and prints `--numstat -z`. */
export const compareScript = (base: string): string[] => [
  '/bin/sh',
  '-c',
  `${COMPARE}
# A checkout that is a link leads around the next look.
if [ -L ${PROJECT} ] || [ ! -d ${PROJECT} ]; then exit ${NOT_COMPARED}; fi
# A repository inside of it would bring a configuration of its own, and with it filters that run.
if [ -n "$(find ${PROJECT} -mindepth 2 -name .git -print -quit)" ]; then exit ${NOT_COMPARED}; fi
if [ -n "$(find ${PROJECT} -type f -size +${MAX_FILE_KIB}k -print -quit)" ]; then exit ${NOT_COMPARED}; fi
rm -rf $GIT_DIR $GIT_INDEX_FILE
git init --quiet --bare --template= $GIT_DIR
mkdir -p $GIT_DIR/objects/info $GIT_DIR/info
echo ${MIRROR}/objects > $GIT_DIR/objects/info/alternates
echo '* -text -ident !eol !working-tree-encoding !filter !diff !merge' > $GIT_DIR/info/attributes
cd ${PROJECT}
export GIT_WORK_TREE=${PROJECT}
git read-tree "$1"
git update-index -q --refresh || true
git add --all
git write-tree > /tmp/compare.tree
cd /
git diff-tree -r -z --numstat --no-ext-diff --no-textconv --no-renames "$1" "$(cat /tmp/compare.tree)"
`,
  'compare',
  base,
];

/** The patch of what `compareScript` compared. Without `binary` it says of such files only that they differ. */
export const patchScript = (base: string, { binary }: { binary: boolean }): string[] => [
  '/bin/sh',
  '-c',
  `${COMPARE}
cd /
git diff-tree -r -p ${binary ? '--binary ' : ''}--no-ext-diff --no-textconv --no-renames "$1" "$(cat /tmp/compare.tree)"
`,
  'patch',
  base,
];
