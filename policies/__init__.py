"""The CrossGuard pack: blocks, in the preview, a stack whose managed nodes could not reach Systems Manager privately.

It shares facts with the planner (`blueprint.catalog`) and no decision: each policy reads what the engine was asked to build.

    server          answers the engine                      wire       its messages as plain values, unknowns included
    pack_config     what the pack's owner requires          memory     what the program gave, what is secret
    requirements    what a Region therefore needs           graph      its resources, joined; iam: what a policy allows
    rule            how a rule becomes a policy             registry   the policies, one file each
"""
