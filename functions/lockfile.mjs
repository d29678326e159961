// The lockfile that is uploaded with the functions. The repository has one lockfile for all workspaces, which the
// upload, a folder by itself, does not contain: without one of its own, production would install whatever is newest.

/**
 * Returns the part of the repository's lockfile that `functions/package.json` needs, as a lockfile of that folder by
 * itself. Throws if a package is there in two versions, of which only one could lie at the top.
 */
export function lockfileOf(rootLock, manifest) {
  const required = reach(rootLock, [manifest.dependencies], { optional: false });
  const deployed = reach(rootLock, [manifest.dependencies, manifest.optionalDependencies], {
    optional: true,
  });
  const all = reach(
    rootLock,
    [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies],
    { optional: true },
  );
  const { name, version, license, dependencies, devDependencies, engines } = manifest;
  const packages = { "": { name, version, license, dependencies, devDependencies, engines } };
  for (const path of [...all].sort()) {
    const target = path.replace(/^functions\//, "");
    if (Object.hasOwn(packages, target))
      throw new Error(`functions/ and another workspace need two versions of ${target}: align them`);
    packages[target] = entryOf(rootLock.packages[path], {
      dev: !deployed.has(path),
      optional: deployed.has(path) && !required.has(path),
    });
  }
  return { name, version, lockfileVersion: rootLock.lockfileVersion, requires: true, packages };
}

/** The paths in the lockfile that are reached from functions/ by these dependencies. */
function reach(rootLock, dependencies, { optional }) {
  const found = new Set();
  const waiting = dependencies
    .flatMap((names) => Object.keys(names ?? {}))
    .map((name) => ["functions", name]);
  while (waiting.length > 0) {
    const [from, name] = waiting.pop();
    const path = resolve(rootLock, from, name);
    if (path === undefined || found.has(path)) continue;
    found.add(path);
    for (const needed of neededBy(rootLock.packages[path], optional)) waiting.push([path, needed]);
  }
  return found;
}

function neededBy(entry, optional) {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = entry;
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  const names = [...Object.keys(dependencies), ...peers];
  return optional ? [...names, ...Object.keys(optionalDependencies)] : names;
}

/** Where Node finds package `name` from the folder `from`: in the nearest node_modules, else above. */
function resolve(rootLock, from, name) {
  for (let folder = from; ; folder = parentOf(folder)) {
    const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (Object.hasOwn(rootLock.packages, path)) return path;
    if (folder === "") return undefined;
  }
}

/** The next folder up that can hold a node_modules. */
function parentOf(folder) {
  const end = folder.lastIndexOf("/node_modules/");
  return end < 0 ? "" : folder.slice(0, end);
}

function entryOf(entry, { dev, optional }) {
  const { dev: _dev, optional: _optional, devOptional: _devOptional, peer: _peer, ...rest } = entry;
  return { ...rest, ...(dev && { dev }), ...(optional && { optional }) };
}
