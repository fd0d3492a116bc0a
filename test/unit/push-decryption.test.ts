import { expect, test } from "vitest";
import { browserKeys, decryptPush } from "../../sandbox/inbox/push-decryption.ts";

const bytes = (text: string) => Buffer.from(text, "base64url");

/** RFC 8291, section 5 and appendix A. */
// cspell:disable
const example = {
  privateKey: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
  body: "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
};
// cspell:enable

test("the sandbox reads a push message as a browser does, and none that was changed or is for another browser", () => {
  const keys = browserKeys(bytes(example.privateKey), bytes(example.auth));
  expect(decryptPush(bytes(example.body), keys).toString()).toBe("When I grow up, I want to be a watermelon");
  const changed = bytes(example.body);
  changed[changed.length - 20] = (changed.at(-20) ?? 0) ^ 1;
  expect(() => decryptPush(changed, keys)).toThrow();
  const other = browserKeys(Buffer.alloc(32, 7), bytes(example.auth));
  expect(() => decryptPush(bytes(example.body), other)).toThrow();
});
