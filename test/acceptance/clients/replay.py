"""Runs statements that are read from standard input as JSON, by pymssql, and writes what came back as JSON."""
import decimal
import json
import sys

import pymssql


def plain(value):
    """Values as the other side's client shows them: numbers that its own cannot hold are digits."""
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return "0x" + value.hex().upper()
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return str(value)


def result_sets(cursor):
    while True:
        if cursor.description:
            names = [column[0] for column in cursor.description]
            yield [dict(zip(names, map(plain, row))) for row in cursor.fetchall()]
        if not cursor.nextset():
            return


def carry_out(connection, text):
    cursor = connection.cursor()
    try:
        cursor.execute(text)
        return {"sets": list(result_sets(cursor))}
    except pymssql.Error as error:
        number, message = error.args[0] if isinstance(error.args[0], tuple) else error.args[:2]
        return {"number": number, "message": message.decode()}
    finally:
        cursor.close()


def main():
    task = json.load(sys.stdin)
    with pymssql.connect(autocommit=True, **task["login"]) as connection:
        json.dump([carry_out(connection, text) for text in task["statements"]], sys.stdout)


main()
