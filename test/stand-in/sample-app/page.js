window.early = typeof window.x;
document.getElementById('file').addEventListener('change', (e) => {
  window.paths = [...e.target.files].map((f) => window.x.path(f));
});
