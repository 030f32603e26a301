// A card read on the phone gives its handle, and nothing else: it opens nothing here.
import { hex } from "../vault/forms.js";
import { cardOf } from "../vault/cards.js";
import { readCode } from "../vault/codes.js";

/** The handle of a card, from the text of its QR or from its printed code. */
export async function handleOf(text) {
  const code = decodeURIComponent(text.slice(text.indexOf("#") + 1));
  const { handle } = await cardOf(readCode(code));
  return hex(handle);
}

export const canScan = () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

/** Show the camera in `video` until a card is read → its text. `signal` stops it. */
export async function scan(video, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  signal.addEventListener("abort", stop);
  try {
    video.srcObject = stream;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    while (!signal.aborted) {
      const [code] = await detector.detect(video);
      if (code) return code.rawValue;
      await new Promise((resolve) => { setTimeout(resolve, 150); });
    }
    return "";
  } finally {
    stop();
  }
}
