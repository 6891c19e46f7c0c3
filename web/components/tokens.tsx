/** The colors of base.css. */
const colors = [
  ...['background', 'surface', 'raised', 'soft', 'line', 'text', 'muted'],
  ...['accent', 'on-accent', 'danger', 'on-danger', 'warn', 'good'],
]

/** The spaces that the sheets use, in rem. */
const spaces = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2]

/** Colors, type and spaces, as the sheets define them. */
export function Tokens() {
  return (
    <>
      <ul className="swatches">
        {colors.map((name) => (
          <li key={name}>
            <span style={{ background: `var(--${name})` }} />
            <code>--{name}</code>
          </li>
        ))}
      </ul>
      <h3>Type</h3>
      <p className="type-1">A title of a page is 1.6 rem</p>
      <p className="type-2">A title of a part is 1.1 rem</p>
      <p>Text is 1 rem, 1.5 high</p>
      <p className="hint">A hint is 0.92 rem, in muted color</p>
      <p>
        Numbers are of one width: <span className="number">0.123</span>
      </p>
      <h3>Spaces</h3>
      <ul className="spaces">
        {spaces.map((space) => (
          <li key={space}>
            <span style={{ width: `${space}rem` }} />
            <code>{space}rem</code>
          </li>
        ))}
      </ul>
    </>
  )
}
