-- How far a conversation on Discord was taken in: the id of its newest message that is stored or was answered otherwise.
-- Message ids there grow with time, so what was missed is what comes after it. Null on the web, which sends nothing twice.
ALTER TABLE conversation ADD COLUMN cursor bigint;
