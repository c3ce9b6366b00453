-- A copy of a database must not act for anybody at Zoom.
UPDATE psynamica_zoom_app
   SET client_id = NULL,
       client_secret_sealed = NULL,
       webhook_secret_sealed = NULL,
       webhook_secret_previous_sealed = NULL;
UPDATE psynamica_zoom_connection
   SET state = 'disconnected',
       access_token_sealed = NULL,
       refresh_token_sealed = NULL;
UPDATE psynamica_zoom_meeting
   SET next_attempt_at = NULL,
       join_url = NULL,
       passcode = NULL;
