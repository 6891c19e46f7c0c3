// The way a photo goes has one direction (docs/architecture.md): a room may import only from rooms to its left.
const rooms = [
  'base/',
  'geometry/',
  'image/',
  'onnx/',
  'models/',
  'similarities/',
  'clustering/',
  'liveness/',
  'faces/',
  'workers/',
  'greeting/',
  'gallery/',
  'recognition/',
  'session/',
  'application/',
  'library/',
  'json/',
  'watch/',
  'evaluation/',
  'training/',
  'index[.]ts',
  'server/',
  'client/',
  'cli/',
]

module.exports = {
  forbidden: [
    ...rooms.slice(0, -1).map((room, i) => ({
      name: `${room.replaceAll(/[^a-z]+/g, '-')}-looks-left`,
      severity: 'error',
      from: { path: `^src/${room}` },
      to: { path: `^src/(${rooms.slice(i + 1).join('|')})` },
    })),
    {
      name: 'client-stands-alone',
      comment: 'Browsers get it without the rest.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/', pathNot: '^src/client/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'runs-in-the-browser-too',
      comment: 'These rooms reach the platform only through #codec and #runtime.',
      severity: 'error',
      from: {
        path: '^src/(geometry|image|liveness|faces|greeting|recognition|json)/',
        pathNot: '[.]node[.]ts$|^src/image/photo[.]ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      // The browser's sides of the ports are bundled into the console; types are gone after compiling.
      from: { path: '^src/', pathNot: '[.]web[.]ts$' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'one-door-to-sharp',
      comment:
        'src/image/loaders.node.ts switches off the loaders of libvips that read what is no photo.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/image/loaders[.]node[.]ts$' },
      to: { path: 'node_modules/sharp/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '[.](d|web)[.]ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
}
