/** Addresses of channels: encrypted at rest, because anyone who knows one can post. */
import { seal, unseal } from "../sealing.ts";

const purpose = "channel address";

export type ChannelAddresses = ReturnType<typeof createChannelAddresses>;

/** @param key the installation's secret */
export function createChannelAddresses(key: string) {
  return {
    seal: (address: string, now: Date) => seal(key, purpose, { address }, null, now),
    /** Null if it cannot be read. */
    async open(sealed: string, now: Date): Promise<string | null> {
      const value = await unseal(key, purpose, sealed, now, { isForever: true });
      return typeof value?.["address"] === "string" ? value["address"] : null;
    },
  };
}
