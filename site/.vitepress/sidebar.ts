/** Pages by task, each with its title in the sidebar; tests/docs/site.test.ts checks that none is left out. */
export const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Start: {
    README: 'What it is',
    'docs/install': 'Install and update',
    'docs/how-it-works': 'How it works',
    'docs/limits': 'Limits',
    'docs/tutorial': 'The FaceNet tutorial',
  },
  'Recognize people': {
    'docs/command': 'From the command line',
    'docs/settings': 'Settings of the command',
    'docs/library': 'From JavaScript',
    'docs/console': 'In a browser',
    'docs/cameras': 'At cameras',
    'docs/outputs': 'Rules, Home Assistant, webhooks',
  },
  'Serve it': {
    'docs/server': 'Run a server',
    'docs/api': 'Call it over HTTP',
    'docs/live': 'Live frames',
    'docs/security': 'Security',
    'docs/scaling': 'Millions of people, many servers',
  },
  'Keep people': {
    'docs/gallery': 'Galleries and backups',
    'docs/corrections': 'Correct answers',
    'docs/privacy': 'Privacy and erasure',
  },
  'Trust the answers': {
    'docs/accuracy': 'Accuracy',
    'docs/benchmarks': 'Speed',
    'docs/quality': 'Quality of a face',
    'docs/evaluation': 'Measure error rates',
    'docs/calibration': 'Set thresholds',
    'docs/models': 'Models and licenses',
    'docs/training': 'Train a network',
  },
  'Move to agnize': {
    'docs/coming-from': 'From another library',
    'docs/compreface': 'From CompreFace',
  },
  Reference: {
    'docs/troubleshooting': 'Errors and remedies',
    'docs/glossary': 'Glossary',
    'docs/json': 'JSON',
    'docs/reference/accuracy': 'Accuracy: the whole output',
    'docs/reference/benchmarks': 'Benchmarks: all figures',
    'docs/stability': 'What may change',
    'docs/lawful-use': 'Lawful use',
    CHANGELOG: 'Changes',
  },
  'Work on agnize': {
    'examples/README': 'Examples',
    CONTRIBUTING: 'Contributing',
    'docs/architecture': 'Architecture',
    'docs/reference/decisions': 'Design decisions',
  },
}
