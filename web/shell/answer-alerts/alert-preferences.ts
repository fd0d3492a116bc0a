/** How this browser makes its person notice changes that wait for an answer. */
import { useLocalStorage } from "@mantine/hooks";

/** An alert reads its preferences when it appears: read in an effect, they would be the defaults by then. */
const read = { getInitialValueInEffect: false };

/** Off by default: a sound out of nowhere is for those who asked for it. */
export const useAnswerSound = () => useLocalStorage({ ...read, key: "marketdesk.answer-sound", defaultValue: false });

/** Keys of a single letter can be switched off, for people who dictate. */
export const useAnswerKeys = () => useLocalStorage({ ...read, key: "marketdesk.answer-keys", defaultValue: true });
