/** What a table keeps for its entry in the browser's history: going back finds it again, a new visit or another person does not. */
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { sender } from "../../sending/send.ts";

const maxEntries = 100;
const memory = new Map<string, unknown>();

/** @param name tells what is kept from everything else on the same page */
export function useEntryMemory<Value>(name: string): { kept: Value | undefined; keep(value: Value): void } {
  const { history } = useRouter();
  /** Null for an entry that the router did not make. */
  const keyOf = () => {
    const { __TSR_key: entry } = history.location.state;
    return entry === undefined ? null : `${sender()} ${entry} ${name}`;
  };
  const [kept] = useState(() => memory.get(keyOf() ?? "") as Value | undefined);
  return {
    kept,
    keep(value) {
      const key = keyOf();
      if (key === null) return;
      memory.delete(key);
      memory.set(key, value);
      const [oldest] = memory.keys();
      if (memory.size > maxEntries && oldest !== undefined) memory.delete(oldest);
    },
  };
}
