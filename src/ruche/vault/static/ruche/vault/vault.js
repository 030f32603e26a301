// On every page of members: take up the ring that is open, fill the holes, watch for idleness.
import { startBar } from "./bar.js";
import { startHoles } from "./holes.js";
import { keeper } from "./keeper.js";

startHoles();
startBar();
keeper.watch();
export const ready = keeper.restore();
