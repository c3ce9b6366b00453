Each user connects their own Zoom account under Integrations, and every session they plan
in the calendar gets its own Zoom meeting. An administrator enters the practice's Zoom app
in the settings, section Integrations, first.
