"""How papers look on screen: a sheet stays white with black letters, as it will be signed, whatever the page's mode."""

STYLES = """<style>
.tk-word-desk{overflow-x:auto;background:var(--tk-soft);border:1px solid var(--tk-line);border-radius:.6rem;padding:1rem}
.tk-word{background:#fff;color:#000;max-width:50rem;margin:0 auto;padding:2.25rem 2rem 2.25rem 2.75rem;
box-shadow:0 1px 6px rgb(0 0 0/.25);font:1.0625rem/1.45 "Times New Roman",Tinos,"Liberation Serif",serif}
.tk-word p{margin:.3rem 0;color:#000}
.tk-word table{border-collapse:collapse;width:100%;margin:.5rem 0}
.tk-word td{vertical-align:top;padding:.2rem .4rem;color:#000}
.tk-word-table td{border:1px solid #000}
.tk-word-layout td{border:0}
.tk-issued{display:flex;flex-wrap:wrap;gap:.25rem .9rem;align-items:baseline}
.tk-sha{font-family:"Source Code Pro",monospace;font-size:.8125rem;overflow-wrap:anywhere;color:var(--tk-muted)}
.tk-table tr.tk-chosen td{background:var(--tk-soft)}
.tk-table tr.tk-chosen td:first-child{box-shadow:inset 3px 0 0 var(--tk-accent)}
@media (max-width:40rem){.tk-word-desk{padding:.4rem}.tk-word{padding:1rem .75rem;font-size:.9375rem;min-width:36rem}
.tk-word td{padding:.15rem .2rem}}
</style>"""
