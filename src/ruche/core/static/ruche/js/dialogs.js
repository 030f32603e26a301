// <a href="#aide" data-ruche-dialog="aide"> opens <dialog id="aide">; [data-ruche-close] closes it.
// Both are links, so that the dialog still opens by its address without this module.

export function openDialogs(root) {
  root.addEventListener("click", (event) => act(event, event.target));
  root.addEventListener("keydown", (event) => {
    // A link that says that it is a button also answers to the space bar.
    if (event.key === " " && event.target.matches?.("a[role='button']")) act(event, event.target);
  });
}

function act(event, element) {
  const opener = element.closest?.("[data-ruche-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.rucheDialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  if (element.closest?.("[data-ruche-close]")) {
    event.preventDefault();
    element.closest("dialog").close();
  }
}
