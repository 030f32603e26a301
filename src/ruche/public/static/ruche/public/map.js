// The map that moves. Its background is asked of another site: nothing is loaded before the button.

const button = document.querySelector("[data-map-open]");
const frame = document.querySelector("[data-map]");

button.hidden = false;
button.addEventListener("click", open);

function open() {
  button.hidden = true;
  frame.hidden = false;
  const map = window.L.map(frame, { scrollWheelZoom: false });
  window.L.tileLayer(frame.dataset.tiles, { maxZoom: 18, attribution: "© IGN" }).addTo(map);
  const markers = [...document.querySelectorAll("[data-map-sites] > li")].map(marker);
  const group = window.L.featureGroup(markers).addTo(map);
  const here = frame.dataset.here?.split(",").map(Number);
  if (here) map.setView(here, 11);
  else if (markers.length) map.fitBounds(group.getBounds(), { padding: [24, 24] });
  frame.focus();
}

// A disc that the keyboard reaches; its bubble is the link of the list, copied.
function marker(item) {
  const link = item.querySelector("a");
  const place = [Number(item.dataset.latitude), Number(item.dataset.longitude)];
  const icon = window.L.divIcon({ className: "slippy-pin", iconSize: [28, 28] });
  const pin = window.L.marker(place, { icon, alt: link.textContent, title: link.textContent });
  return pin.bindPopup(link.cloneNode(true));
}
