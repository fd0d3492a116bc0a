/** How this browser draws attention to changes that wait for an answer. */
import { useLocalStorage } from "@mantine/hooks";

/** An alert reads its preferences when it appears: read in an effect, they would be the defaults by then. */
const read = { getInitialValueInEffect: false };

/** Off by default, because an unexpected sound disturbs people who have not asked for it. */
export const useAnswerSound = () => useLocalStorage({ ...read, key: "marketdesk.answer-sound", defaultValue: false });

/** Keys of a single letter can be switched off, for people who dictate. */
export const useAnswerKeys = () => useLocalStorage({ ...read, key: "marketdesk.answer-keys", defaultValue: true });
