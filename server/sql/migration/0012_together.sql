-- 0012 — commands of several officers of one bureau in one statement (server/db/rows.h). The actor is
-- then {bureau, -1, 0, 0}, who sees no accusation. What such a statement has to know is
-- whether a command was given before, and whether somebody came with an accusation: not with which,
-- but so that what he brings now is registered apart, with the rights of who registers it.
set local search_path = xf;

alter policy own on op using (officer = actor(2) or actor(2) = -1);
alter policy by_matter on petitioner using (not compartment or actor(2) = -1 or petition_shown(bureau_id, petition_id));
