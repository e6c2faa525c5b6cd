// Tests end by what they wait for (`waitFor`), which says what was missing. This limit is for one that hangs without waiting.
import.meta.jest.setTimeout(20 * 60_000);
