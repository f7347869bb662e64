"""AWS's table "Amazon S3 buckets for patching operations", typed here independently of `blueprint/facts`.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-operations-s3-buckets.html (read 2026-11-23).
Columns: Region, suffix of the two patch module buckets, suffix of the snapshot bucket ("" where it has none), and whether
the Region launched before 2024 and so has ec2messages (inferred from the launch date).
"""

PATCH_BUCKETS = """
af-south-1      bdd5f65a9  tbxdb5b9  yes
ap-east-1       632356271  -         yes
ap-east-2       5a64b2916  8947749e  no
ap-northeast-1  4849fa78f  -         yes
ap-northeast-2  10467995c  -         yes
ap-northeast-3  67373598a  -         yes
ap-south-1      cb7c62ff9  -         yes
ap-south-2      32f4b4128  50209442  yes
ap-southeast-1  7fdfd9ef7  -         yes
ap-southeast-2  17283a275  -         yes
ap-southeast-3  aa48fc462  be0a3174  yes
ap-southeast-4  01e2c40d3  dc6f76ce  yes
ap-southeast-5  dcb42f3e3  -         no
ap-southeast-6  df0d3a7f2  62f446f2  no
ap-southeast-7  c707c017a  1699f14f  no
ca-central-1    3148e69e3  -         yes
ca-west-1       9e3a4b2f9  -         yes
eu-central-1    9163fdaaf  -         yes
eu-central-2    184ce43c8  -         yes
eu-north-1      795879e9b  -         yes
eu-south-1      c52f3f594  -         yes
eu-south-2      a4cf248b1  df2c9d70  yes
eu-west-1       5522fb710  -         yes
eu-west-2       902a2bc74  -         yes
eu-west-3       29bf85721  -         yes
il-central-1    e221cb57b  -         yes
me-central-1    2932f2f80  -         yes
me-south-1      a53fc9dce  uduvl7q8  yes
mx-central-1    396b275ad  ed0da79c  no
sa-east-1       ddf4b6a09  -         yes
us-east-1       1970c647d  -         yes
us-east-2       552881074  -         yes
us-west-1       8badb4304  -         yes
us-west-2       34d7f99f8  -         yes
"""

TABLE = {
    region: (patch, "" if snapshot == "-" else snapshot, ec2messages == "yes")
    for region, patch, snapshot, ec2messages in (line.split() for line in PATCH_BUCKETS.split("\n") if line)
}
