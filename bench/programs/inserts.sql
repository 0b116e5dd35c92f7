-- Inserts, an index, a join and an update, all in memory.
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE book (id INTEGER PRIMARY KEY, author INTEGER, title TEXT, pages INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  INSERT INTO author SELECT i, 'author ' || (i * 7919 % 2003) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
  INSERT INTO book SELECT i, 1 + i * 31 % 2000, 'title ' || (i * 104729 % 100003), i * 17 % 900 FROM n;
CREATE INDEX book_author ON book (author);
SELECT count(*), sum(pages), max(title) FROM book JOIN author ON author.id = book.author WHERE name LIKE '%7%';
UPDATE book SET pages = pages + 1 WHERE author % 3 = 0;
SELECT author.name, sum(pages) AS total FROM book JOIN author ON author.id = book.author
  GROUP BY author.id ORDER BY total DESC, author.name LIMIT 5;
