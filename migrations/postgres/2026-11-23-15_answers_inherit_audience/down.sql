DROP TRIGGER wishes_bequeath_audience ON wishes;
DROP FUNCTION bequeath_audience();
DROP TRIGGER wishes_inherit_audience ON wishes;
DROP FUNCTION inherit_audience();
