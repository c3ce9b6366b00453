from . import (
    test_held_invitations,
    test_ics,
    test_join_controller,
    test_life_cycle,
    test_mail,
    test_oauth_controller,
    test_public_pages,
    test_settings,
    test_webhook_controller,
)
