import { bytesIn, findings, named } from '../facts.js'
import { days, people, photos } from './nouns.js'

const { mb, gb, gib } = bytesIn('en')

/** Diagnostics: what the server finds when it examines itself. */
export const diagnostics = {
  again: 'Run again',
  running: 'Examining…',
  copy: 'Copy as text',
  copied: 'Copied. Paste it into your report.',
  notCopied: 'This browser does not let the page copy. Save the text as a file.',
  save: 'Save as text',
  explain:
    'What “agnize doctor” examines on the server, and how the server is doing. It names no person, no path and no secret, so that you can show it to others.',
  at: (when: string) => `Examined ${when}.`,
  sound: 'Everything is in order.',
  care: (n: number) => (n === 1 ? '1 finding needs care.' : `${n} findings need care.`),
  states: { ok: 'OK', missing: 'Not yet', warning: 'Warning', wrong: 'Failed' },
  names: {
    versions: 'Versions',
    machine: 'Machine',
    runtime: 'Devices for models',
    home: 'Folder of models and gallery',
    disk: 'Disk',
    model: 'Model',
    gallery: 'Gallery',
    decides: 'Thresholds',
    store: 'Database',
    search: 'Search',
    keys: 'Encryption at rest',
    retained: 'Retention',
    cameras: 'Cameras',
    clock: 'Clock',
    workers: 'Queue and workers',
    tls: 'TLS certificate',
  },
  /** What a check found, by its code, and what to do about it. */
  findings: findings({
    versions: (f) => [`agnize ${f.agnize}, Node ${f.node}, libvips ${f.libvips}.`],
    machine: (f) => [
      `${f.system} on ${f.processor}, ${f.cores} cores, ${gib(f.memory_bytes)} GiB of memory.`,
    ],
    runtime: (f) => [`ONNX Runtime ${f.version} runs on ${named(f.devices)}.`],
    'runtime-slow': (f) => [
      `ONNX Runtime ${f.version} runs as WebAssembly, which is slower.`,
      'Install agnize again with “npm install”, on a system for which ONNX Runtime has a native build.',
    ],
    'runtime-failed': () => [
      'ONNX Runtime does not start: no photo can be processed.',
      'Run “agnize doctor” on the server, which prints the reason.',
    ],
    home: () => ['It can be written.'],
    'home-new': () => ['It does not exist yet, and will be created.'],
    'home-readonly': () => [
      'It cannot be written: nothing can be changed.',
      'Change the permissions of the folder on the server, or choose another with AGNIZE_HOME.',
    ],
    disk: (f) => [`${gb(f.free_bytes)} GB of ${gb(f.total_bytes)} GB are free.`],
    'disk-low': (f) => [
      `Only ${gb(f.free_bytes)} GB of ${gb(f.total_bytes)} GB are free. A full disk ends every change, and an erasure needs as much space as the gallery takes.`,
      'Delete what is not needed on this disk of the server, such as old backups.',
    ],
    model: (f) => [`${f.model}: the file is intact. License: ${f.license}.`],
    'model-missing': (f) => [
      `${f.model}: the file is missing.`,
      'Download it on the page Models, or add it again with “agnize models add”.',
    ],
    'model-corrupt': (f) => [
      `${f.model}: the file is damaged, and is not used.`,
      'Download it on the page Models, or add it again with “agnize models add”.',
    ],
    'models-awaited': (f) => [
      `Not downloaded yet: ${named(f.models)}. The first photo downloads them.`,
    ],
    'models-failed': () => [
      'The models cannot be listed.',
      'Run “agnize doctor” on the server, which prints the reason.',
    ],
    gallery: (f) => [
      `${f.gallery}: ${people(Number(f.people))}, ${photos(Number(f.photos))}${f.bytes === null ? '' : `; ${mb(f.bytes)} MB`}.`,
    ],
    'gallery-new': () => ['It does not exist yet. Adding the first person makes it.'],
    'gallery-damaged': () => [
      'The file of the gallery is damaged.',
      'Restore a backup, or run “agnize gallery repair” on the server.',
    ],
    'gallery-failed': () => [
      'The gallery cannot be read.',
      'Run “agnize doctor” on the server, which prints the reason.',
    ],
    'thresholds-none': (f) => [
      `No thresholds were measured for ${f.model}, so that nobody can be named.`,
      'Measure them under “Calibration & reports”.',
    ],
    'thresholds-card': (f) => [
      `Those of the model ${f.model}, measured with ${f.people ?? 'an unknown number of'} people.`,
    ],
    'thresholds-own': (f) => [
      `Measured for this gallery on ${String(f.date).slice(0, 10)}, with ${f.people ?? 'an unknown number of'} people.`,
    ],
    'thresholds-set-aside': () => [
      'The gallery’s own calibration no longer fits its model, and is not used.',
      'Calibrate again under “Calibration & reports”.',
    ],
    'thresholds-forbidden': () => [
      'The license of the model does not permit the use that this server states.',
      'Choose another model, or correct the setting “use”.',
    ],
    'gallery-unusable': () => [
      'Nobody can be recognized: the gallery was made with another model or with other corrections than this server has.',
      'Run “agnize doctor” on the server, which prints the reason and what to do.',
    ],
    store: (f) => [`${f.kind} ${f.version}, schema ${f.schema}.`],
    'search-database': () => ['The database searches, by its index.'],
    'search-graph': () => ['A graph finds the most similar people.'],
    'search-building': () => [
      'A graph is being built. Until then everybody is compared, which takes longer.',
    ],
    'search-scan': () => ['Everybody is compared, which is fast for a gallery of this size.'],
    'search-unused': () => ['Nobody was searched for since the server started.'],
    protected: () => ['Photos and templates are encrypted, with a key per person.'],
    unprotected: () => [
      'Photos and templates are not encrypted. “agnize gallery protect” encrypts them with a key per person.',
    ],
    retention: (f) => [`People are due for erasure after ${days(Number(f.days))}. Nobody is due.`],
    'retention-none': () => ['No period is set: people are kept until somebody erases them.'],
    'retention-due': (f) => [
      Number(f.due) === 1
        ? '1 person is past the end of the retention period.'
        : `${f.due} people are past the end of the retention period.`,
      'Erase them on the page Privacy.',
    ],
    'camera-shared': (f) => [
      `More than one program watches ${f.cameras} in this gallery, and each records the visits.`,
      'Stop all but one, or give their cameras different names.',
    ],
    clock: () => ['It agrees with the records of the gallery.'],
    'clock-differs': (f) => [
      `It differs by ${f.seconds} seconds from the records of the gallery or from its database, so that visits and expiries are out of order.`,
      'Have both machines set by a time server (NTP).',
    ],
    workers: (f) => [
      `${f.workers} workers, ${photos(Number(f.photos))} in process or waiting, ${f.connections} live connections.`,
    ],
    'queue-full': () => [
      'The queue is full, and requests are refused.',
      'Send fewer photos at a time, or raise “threads” or “queue” in the server’s settings.',
    ],
    tls: (f) => [`It is valid until ${String(f.until).slice(0, 10)}.`],
    'tls-ending': (f) => [
      `It ends on ${String(f.until).slice(0, 10)}, in ${days(Number(f.days))}.`,
      'Renew it, and restart the server.',
    ],
    'tls-ended': (f) => [
      `It ended on ${String(f.until).slice(0, 10)}. Browsers refuse the server.`,
      'Renew it, and restart the server.',
    ],
    'tls-unreadable': () => [
      'Its file cannot be read any more. The next restart of the server will fail.',
      'Restore the file that “tlsCert” names.',
    ],
    'tls-none': () => ['This server speaks HTTP, and only this machine or a proxy reaches it.'],
    'tls-open': () => [
      'Other machines reach this server without encryption: keys, passwords and photos can be read on the way.',
      'Start it with “--tls auto”, or put it behind a proxy that speaks HTTPS.',
    ],
  }),
}
