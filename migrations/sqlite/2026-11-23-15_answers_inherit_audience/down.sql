DROP TRIGGER wishes_bequeath_audience;
DROP TRIGGER wishes_inherit_audience;
