/** Values that an example file shows in place of a real one. They count as not given. */
export function isPlaceholder(value: string): boolean {
  return /^(your_[a-z_]+|changeme|)$/i.test(value.trim());
}
