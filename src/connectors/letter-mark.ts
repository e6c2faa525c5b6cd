/** A plain logo as SVG: the first letter on a square of one colour. It stands for a platform without borrowing its trademark. */
export function letterMark(letter: string, colour: string): string {
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">',
    `<rect width="64" height="64" rx="14" fill="${colour}"/>`,
    '<text x="32" y="46" font-family="system-ui, sans-serif" font-size="40" font-weight="700" text-anchor="middle" ',
    `fill="#fff">${letter}</text></svg>`,
  ].join('');
}
