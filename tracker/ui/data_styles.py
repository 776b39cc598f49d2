"""How the data page looks: where a job stands, the comparison of old and new cells, the figures of a check."""

STYLES = """<style>
.tk-old{color:var(--tk-muted);text-decoration:line-through}
.tk-fresh{font-weight:600}
ol.tk-steps{list-style:none;margin:.25rem 0 1rem!important;padding:0!important;display:grid;
grid-template-columns:repeat(3,1fr);gap:.25rem}
ol.tk-steps li{margin:0!important;padding:.5rem .9rem;background:var(--tk-soft);border-top:3px solid var(--tk-line);
color:var(--tk-muted);min-width:0}
ol.tk-steps li.tk-done{border-top-color:#0F766E}
ol.tk-steps li.tk-here{border-top-color:var(--tk-accent);color:inherit;font-weight:600}
.tk-sha{font-family:"Source Code Pro",monospace;font-size:.8125rem;overflow-wrap:anywhere}
@media (max-width:40rem){ol.tk-steps{grid-template-columns:1fr}}
</style>"""
