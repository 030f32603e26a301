// [data-ruche-print] prints the page. Tables behind figures stay as the reader left them.

export function printOnRequest(root) {
  root.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-ruche-print]")) window.print();
  });
}
