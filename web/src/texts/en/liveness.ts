export const liveness = {
  picture:
    'This looks like a picture of a face. Show your own face: step back a little, and turn to the light.',
  too_tight: 'Step back, so that there is something around your face.',
  too_small: 'Come closer.',
  badly_exposed: 'Turn to the light, or add some.',
  blurred: 'Hold still for a moment.',
}
