// The choice of colors. Loaded before anything is drawn, so that nothing flashes; kept in this browser, as the only thing that is.
(() => {
  const key = 'kmeans-colors';
  const root = document.documentElement;

  function apply(choice) {
    if (choice) {
      root.dataset.colors = choice;
    } else {
      delete root.dataset.colors;
    }
  }

  function stored() {
    try {
      return localStorage.getItem(key) ?? '';
    } catch {
      return '';
    }
  }

  apply(stored());
  document.addEventListener('DOMContentLoaded', () => {
    const select = document.getElementById('theme');
    select.value = stored();
    select.addEventListener('change', () => {
      apply(select.value);
      try {
        localStorage.setItem(key, select.value);
      } catch {
        // Without storage the choice holds until the page is left.
      }
    });
  });
})();
