import { encode } from 'uqr'

/** A square code drawn as one path, dark on white in every theme so that cameras read it. */
export const QrCode = ({ text, label }: { text: string; label: string }) => {
  const { data, size } = encode(text, { border: 4 })
  const dots = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg class='qr' viewBox={`0 0 ${size} ${size}`} role='img' aria-label={label}>
      <path d={`M0 0h${size}v${size}h-${size}z`} fill='#fff' stroke='none' />
      <path d={dots} fill='#000' stroke='none' />
    </svg>
  )
}
