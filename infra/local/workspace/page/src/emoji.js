// Names of the signs that appear in plain text outside the library's reach (buttons, options, titles).
import { get } from "node-emoji";

const UNESCAPED = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

export const emojify = (text) =>
  (text ?? "").replace(/:([a-z0-9_+-]+):/g, (whole, name) => get(name) ?? whole).replace(/&(amp|lt|gt);/g, (whole) => UNESCAPED[whole]);
