-- A copy of a database must not act for anybody at Zoom, nor know anybody's account.
UPDATE psynamica_zoom_app
   SET client_id = NULL,
       client_secret_sealed = NULL,
       webhook_secret_sealed = NULL,
       webhook_secret_previous_sealed = NULL,
       webhook_secret_changed_at = NULL,
       key_check_sealed = NULL,
       lost_key_ids = NULL;
UPDATE psynamica_zoom_connection
   SET state = 'disconnected',
       state_reason = NULL,
       state_detail = NULL,
       email = NULL,
       plan = NULL,
       scopes = NULL,
       access_expires_at = NULL,
       zoom_user_mark = NULL,
       zoom_account_mark = NULL,
       access_token_sealed = NULL,
       refresh_token_sealed = NULL;
DELETE FROM psynamica_zoom_announced_meeting;
DELETE FROM psynamica_zoom_proposal;
DELETE FROM psynamica_zoom_reconciliation;
DELETE FROM psynamica_zoom_used_state;
-- What is kept of limits and outages has the marks of accounts.
DELETE FROM psynamica_zoom_quota;
DELETE FROM psynamica_zoom_circuit;
-- The meetings belong to the original: whoever connects the same account in the copy
-- must neither change nor delete them.
UPDATE psynamica_zoom_meeting
   SET state = CASE WHEN event_id IS NULL THEN 'left' ELSE 'paused' END,
       next_attempt_at = NULL,
       attempt_started_at = NULL,
       is_lost = NULL,
       zoom_id = NULL,
       zoom_uuid = NULL,
       host_mark = NULL,
       made_for = NULL,
       fingerprint = NULL,
       join_url = NULL,
       passcode = NULL;
UPDATE psynamica_zoom_notification
   SET state = 'ignored'
 WHERE state = 'pending';
-- The marker of a meeting at Zoom names the database by this: the copy is another one.
UPDATE ir_config_parameter
   SET value = gen_random_uuid()::text
 WHERE key = 'database.uuid';
DELETE FROM psynamica_zoom_circuit;
DELETE FROM psynamica_zoom_quota;
