/** How this browser makes its person notice changes that wait for an answer. */
import { useLocalStorage } from "@mantine/hooks";

/** Off by default: a sound out of nowhere is for those who asked for it. */
export const useAnswerSound = () => useLocalStorage({ key: "marketdesk.answer-sound", defaultValue: false });

/** Keys of a single letter can be switched off, for people who dictate. */
export const useAnswerKeys = () => useLocalStorage({ key: "marketdesk.answer-keys", defaultValue: true });
