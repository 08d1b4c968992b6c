-- Why: products of a renamed category that are too many for one transaction are brought its words by the sweeper, so the operator leaves a deadline for it.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '600s';

alter policy deadlines_operator on deadlines using (kind in ('seller_review', 'company_review', 'category_words'));
