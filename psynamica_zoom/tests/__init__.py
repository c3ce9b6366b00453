from . import (
    test_access_log,
    test_held_invitations,
    test_ics,
    test_join_controller,
    test_life_cycle,
    test_mail,
    test_oauth_controller,
    test_public_pages,
    test_query_counts,
    test_settings,
    test_tours,
    test_webhook_controller,
)
