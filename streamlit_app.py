"""The entry file: the server when it is started or imported, the router when Streamlit runs it for a visitor."""

import logging

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from tracker.services.running import prepare
    from tracker.ui import provider
    from tracker.ui.shell import on_script_error
    from tracker.ui.signing_in import prepare_sign_in
    from tracker.ui.starting import Progress
    from tracker.ui.waiting import show_waiting
    from tracker.ui.web import MIDDLEWARE, ROUTES, lifespan

    # A `pages/` folder makes Streamlit run page files without the router until some session calls st.navigation once.
    # One call here ends that before the first visitor; it warns about the missing session, hence the level.
    _streamlit_log = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    _level = _streamlit_log.level
    _streamlit_log.setLevel(logging.ERROR)
    st.navigation(["pages/leaderboard.py"])
    _streamlit_log.setLevel(_level)

    def _prepare(progress: Progress) -> None:
        show_waiting()
        prepare(progress)
        prepare_sign_in()

    app = st.App(
        __file__,
        routes=ROUTES,
        middleware=MIDDLEWARE,
        lifespan=lifespan(prepare=_prepare),
        on_script_error=on_script_error,
        secrets=provider.secrets(),
    )
    if __name__ == "__main__":
        app.run()
else:
    from tracker.services.database import data_version, is_sample
    from tracker.services.running import database
    from tracker.ui.shell import main

    main(data_version=lambda: data_version(database()), is_sample=lambda: is_sample(database()))
