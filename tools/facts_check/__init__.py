"""`make facts-check`: what AWS says today beside `blueprint/facts`, as a diff of facts with their sources.

It reads botocore's newest data and, where one is given, a page of AWS's that somebody saved. It fetches nothing but
botocore's wheel, runs nothing that is in either, and changes nothing but, with `--write`, the row of a Region that is new.
"""
