/** Distinguishes secrets that were made up, copied from an example or typed as a pattern from random ones. */

/** By this estimate, a random string of 32 hexadecimal digits has about 110 bits. */
const minBits = 80;

const placeholder =
  /change.?me|replace.?(me|this)|your[-_ ]|example|placeholder|password|passw0rd|default|secret|^<.*>$|^x+$|^\*+$|^\.+$/i;

const defaultPasswords = new Set([
  "postgres",
  "pass",
  "admin",
  "root",
  "test",
  "demo",
  "marketdesk",
  "1234",
  "12345",
  "123456",
]);

/** Whether a secret looks like a placeholder that was never replaced. */
export function isPlaceholder(secret: string): boolean {
  return placeholder.test(secret.trim());
}

/** Whether a database password is one that attackers try first. */
export function isDefaultPassword(password: string, user: string): boolean {
  return password === user || defaultPasswords.has(password.toLowerCase()) || isPlaceholder(password);
}

/** Whether a key has too little variety to be random: few different characters, a repeated unit, or a sequence. */
export function isGuessable(key: string): boolean {
  const unit = shortestRepeatedUnit(key);
  const steps = Array.from({ length: unit.length }, (_, index) => {
    const previous = unit.charCodeAt((index + unit.length - 1) % unit.length);
    return unit.charCodeAt(index) - previous;
  });
  return unit.length * Math.min(bitsEach(unit.split("")), bitsEach(steps)) < minBits;
}

/** The unit that a text repeats: "ab" for "ababa"; the whole text if it repeats nothing. Linear in its length. */
function shortestRepeatedUnit(text: string): string {
  // The length of the longest proper prefix that is also a suffix, for each prefix (Knuth, Morris, Pratt).
  const borders = [0];
  for (let index = 1, length = 0; index < text.length; index += 1) {
    while (length > 0 && text[index] !== text[length]) length = borders[length - 1] ?? 0;
    if (text[index] === text[length]) length += 1;
    borders.push(length);
  }
  return text.slice(0, text.length - (borders.at(-1) ?? 0));
}

/** The Shannon entropy of one value, from the frequencies. */
function bitsEach(values: (string | number)[]): number {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / values.length;
    return sum - share * Math.log2(share);
  }, 0);
}
