/** An email address, or another text. An address may wrap after its @, rather than within a word. */
export function AddressText({ text }: { text: string }) {
  const at = text.indexOf("@") + 1;
  return (
    <bdi>
      {text.slice(0, at)}
      {at > 0 && <wbr />}
      {text.slice(at)}
    </bdi>
  );
}
