"""Data: case files handed in, checked, confirmed and stored; what was imported, and how it is taken back."""

import streamlit as st

from tracker.ui import data, data_batch, data_job, data_styles, tables
from tracker.ui.doing import show_done
from tracker.ui.shell import open_page, t

open_page("data")
st.html(tables.STYLES + data_styles.STYLES)
st.title(t("page.data"))
show_done()
if data.JOB in st.query_params:
    data_job.show_asked()
elif data.BATCH in st.query_params:
    data_batch.show_asked()
else:
    data.show_home()
