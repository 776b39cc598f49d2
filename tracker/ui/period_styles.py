"""How a period's life looks: the way it goes, the card of what waits, and the checklist."""

STYLES = """<style>
ol.tk-way{list-style:none;margin:.25rem 0 0!important;padding:0!important;display:grid;
grid-template-columns:repeat(4,1fr);gap:.25rem}
ol.tk-way li{margin:0!important;padding:.65rem .9rem;background:var(--tk-soft);border-top:3px solid var(--tk-line);
color:var(--tk-muted);min-width:0}
ol.tk-way li b{display:block;font-weight:600}
ol.tk-way li span{font-size:.8125rem;line-height:1.4;display:block}
ol.tk-way li.tk-done{border-top-color:#0F766E}
ol.tk-way li.tk-here{background:var(--tk-card,transparent);border:1px solid var(--tk-line);
border-top:3px solid var(--tk-accent);color:inherit;border-radius:0 0 .5rem .5rem}
.tk-digest{font-family:"Source Code Pro",monospace;font-size:.8125rem;overflow-wrap:anywhere}
dl.tk-ground{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.25rem;
margin:.25rem 0 0!important;padding:0!important}
dl.tk-ground dt{color:var(--tk-muted);font-size:.875rem;margin:0!important}
dl.tk-ground dd{margin:0!important;min-width:0}
ul.tk-checks{list-style:none;margin:0!important;padding:0!important;display:grid;gap:.4rem}
ul.tk-checks li{margin:0!important;padding:.55rem .9rem;border-left:4px solid #0F766E;
background:var(--tk-soft);border-radius:.35rem}
ul.tk-checks li.tk-open{border-left-color:var(--tk-accent)}
ul.tk-checks b{font-weight:600}
ul.tk-checks li span{display:block;font-size:.9375rem}
ul.tk-checks a{color:inherit;text-decoration:underline;white-space:nowrap}
@media (max-width:40rem){ol.tk-way{grid-template-columns:1fr}dl.tk-ground{grid-template-columns:1fr;gap:.1rem}
dl.tk-ground dd{margin-bottom:.5rem!important}}
</style>"""
