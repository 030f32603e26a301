// The behaviours of every page. Each hangs on data-ruche-* attributes; without them pages still work.
import { announceAfterSwaps } from "./announce.js";
import { openDialogs } from "./dialogs.js";
import { keepFocus } from "./focus.js";
import { printOnRequest } from "./printing.js";
import { sendOnce } from "./submitting.js";

document.documentElement.classList.add("js");
announceAfterSwaps(document);
keepFocus(document);
openDialogs(document);
printOnRequest(document);
sendOnce(document);
